/** Climate normals of a city: monthly means, January first. */
export interface City {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Mean daily maximum, °C. */
  readonly high: readonly number[];
  /** Mean daily minimum, °C. */
  readonly low: readonly number[];
  /** Days a month with at least 1 mm of rain. */
  readonly rainDays: readonly number[];
}

/** Rounded long-term means, good enough for a demonstration and not for a journey. */
export const CITIES: readonly City[] = [
  {
    id: 'berlin',
    name: 'Berlin',
    country: 'DE',
    latitude: 52.52,
    longitude: 13.41,
    high: [3, 5, 9, 15, 20, 23, 25, 25, 20, 14, 8, 4],
    low: [-2, -1, 1, 5, 9, 13, 15, 14, 11, 7, 2, 0],
    rainDays: [10, 8, 9, 7, 8, 8, 9, 8, 7, 8, 9, 10],
  },
  {
    id: 'dublin',
    name: 'Dublin',
    country: 'IE',
    latitude: 53.35,
    longitude: -6.26,
    high: [8, 8, 10, 12, 15, 17, 19, 19, 17, 13, 10, 8],
    low: [3, 3, 4, 5, 8, 10, 12, 12, 10, 8, 5, 3],
    rainDays: [12, 10, 11, 10, 10, 9, 10, 11, 10, 11, 11, 12],
  },
  {
    id: 'lisbon',
    name: 'Lisbon',
    country: 'PT',
    latitude: 38.72,
    longitude: -9.14,
    high: [15, 16, 19, 20, 22, 26, 28, 28, 27, 23, 18, 15],
    low: [8, 9, 11, 12, 14, 16, 18, 19, 18, 15, 12, 9],
    rainDays: [10, 9, 7, 8, 6, 2, 1, 1, 4, 8, 10, 10],
  },
  {
    id: 'marseille',
    name: 'Marseille',
    country: 'FR',
    latitude: 43.3,
    longitude: 5.37,
    high: [12, 13, 16, 19, 23, 27, 30, 30, 26, 21, 16, 12],
    low: [3, 4, 7, 9, 13, 17, 20, 19, 16, 13, 7, 4],
    rainDays: [5, 5, 4, 6, 5, 3, 1, 3, 4, 6, 7, 6],
  },
  {
    id: 'oslo',
    name: 'Oslo',
    country: 'NO',
    latitude: 59.91,
    longitude: 10.75,
    high: [0, 1, 5, 11, 17, 20, 23, 21, 16, 9, 4, 1],
    low: [-5, -5, -2, 2, 7, 11, 14, 13, 9, 4, 0, -4],
    rainDays: [9, 7, 8, 7, 8, 9, 10, 10, 9, 10, 10, 9],
  },
  {
    id: 'paris',
    name: 'Paris',
    country: 'FR',
    latitude: 48.86,
    longitude: 2.35,
    high: [8, 9, 13, 16, 20, 24, 26, 26, 22, 17, 11, 8],
    low: [3, 3, 6, 8, 11, 14, 16, 16, 13, 10, 6, 4],
    rainDays: [10, 9, 9, 8, 9, 8, 7, 7, 8, 9, 10, 11],
  },
];
