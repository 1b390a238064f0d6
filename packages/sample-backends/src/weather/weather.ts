import { createHash } from 'node:crypto';
import { Express, Router } from 'express';
import { invalid, notFound } from '../problem';
import {
  createService,
  matches,
  page,
  ServiceOptions,
  simulate,
} from '../service';
import { CITIES, City } from './climate';

const MAX_DAYS = 14;

/** Forecasts drawn from climate normals: equal questions get equal answers. */
export function createWeather(options: ServiceOptions): Express {
  const routes = Router();

  routes.get('/cities', (request, response) => {
    const found = CITIES.filter(city => matches(request, city.name));
    const { items, ...rest } = page(request, found, ({ id }) => id);
    response.json({ items: items.map(describe), ...rest });
  });

  routes.get('/cities/:id/climate', (request, response) => {
    const city = cityOf(request.params.id);
    response.json({
      city: describe(city),
      months: city.high.map((high, index) => ({
        month: index + 1,
        high,
        low: city.low[index],
        rain_days: city.rainDays[index],
      })),
    });
  });

  routes.get('/cities/:id/forecast', simulate(options), (request, response) => {
    const city = cityOf(request.params.id);
    const days = Number(request.query.days ?? 3);
    if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
      throw invalid([
        { field: 'days', message: `must be from 1 to ${MAX_DAYS}` },
      ]);
    }
    const first = readDay(request.query.start);
    response.json({
      city: describe(city),
      days: Array.from({ length: days }, (_, offset) => {
        const day = new Date(first);
        day.setUTCDate(day.getUTCDate() + offset);
        return forecast(city, day);
      }),
    });
  });

  return createService(routes);
}

function cityOf(id: string): City {
  const city = CITIES.find(candidate => candidate.id === id);
  if (!city) throw notFound('city', id);
  return city;
}

function describe({ id, name, country, latitude, longitude }: City) {
  return { id, name, country, latitude, longitude };
}

/** A day as `YYYY-MM-DD`; today when it is left out. */
function readDay(value: unknown): Date {
  if (value === undefined) return new Date();
  const day =
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
      ? new Date(value)
      : undefined;
  // `2026-02-30` parses to nothing or rolls over, depending on the engine.
  if (!day || Number.isNaN(+day) || day.toISOString().slice(0, 10) !== value) {
    throw invalid([{ field: 'start', message: 'must be a day, YYYY-MM-DD' }]);
  }
  return day;
}

function forecast(city: City, day: Date) {
  const date = day.toISOString().slice(0, 10);
  const month = day.getUTCMonth();
  const [warmth, spread, rain, wind] = draw(`${city.id} ${date}`);
  const high = Math.round(city.high[month] + (warmth - 0.5) * 8);
  const chance = city.rainDays[month] / 30;
  const wet = rain < chance;
  const range = city.high[month] - city.low[month];
  let condition = 'sunny';
  if (wet) condition = high <= 1 ? 'snow' : 'rain';
  else if (rain > 0.6) condition = 'cloudy';
  return {
    date,
    condition,
    high,
    low: Math.round(high - range * (0.8 + spread * 0.4)),
    rain_probability: Math.round((wet ? 0.5 + chance : chance) * 100),
    wind_speed: Math.round(5 + wind * 30),
  };
}

/** Four numbers in [0, 1) that depend on the text alone. */
function draw(text: string): number[] {
  const bytes = createHash('sha256').update(text).digest();
  return [0, 4, 8, 12].map(at => bytes.readUInt32BE(at) / 2 ** 32);
}
