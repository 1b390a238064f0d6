import { StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Access } from '../access/Access';
import { ServedServer, ServedTool } from '../registry/ServedTool';
import { Snapshot } from '../registry/Snapshot';

/** A page of tools, each as the JSON that clients are told. */
export interface ToolPage {
  /** `[…]` as JSON. */
  readonly json: string;
  readonly nextCursor?: string;
}

/** A page as it is for everybody who may call the same. */
interface SharedPage {
  readonly json: string;
  /** The last name on it, when there are more. */
  readonly last?: string;
}

/** Bytes of finished pages that are kept. */
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * Lists of what a caller may call, exactly: a tool is on the list when a call of it
 * would pass the policy. Pages are made once for all who may call the same.
 */
export class ToolLists {
  readonly #pageSize: number;
  readonly #pages = new LRUCache<string, SharedPage>({
    maxSize: CACHE_BYTES,
    sizeCalculation: page => page.json.length + 200,
  });
  readonly #secret = randomBytes(32);

  constructor(options: { pageSize: number }) {
    this.#pageSize = options.pageSize;
  }

  /** All that the caller may call of these, in their order. */
  async allowed(
    access: Access,
    tools: readonly ServedTool[],
  ): Promise<ServedTool[]> {
    const allowed: ServedTool[] = [];
    for (const tool of tools) {
      if ((await access.judge(tool)).decision.allow) allowed.push(tool);
    }
    return allowed;
  }

  /**
   * A page of the aggregate, or of one server under its tools' own names. Throws
   * `stoa.validation` naming `cursor` for one that is not ours.
   */
  async page(
    access: Access,
    options: { snapshot: Snapshot; server?: ServedServer; cursor?: string },
  ): Promise<ToolPage> {
    const { snapshot, server, cursor } = options;
    const list = server
      ? `${server.item.tenant_id}/${server.item.slug}`
      : 'aggregate';
    const after =
      cursor === undefined ? undefined : this.#open(cursor, list, access);
    const key = [
      snapshot.version,
      list,
      access.classOfAuthorisation,
      after,
    ].join('\n');
    let page = this.#pages.get(key);
    if (!page) {
      page = await this.#make(access, { snapshot, server, after });
      this.#pages.set(key, page);
    }
    const { json, last } = page;
    return {
      json,
      ...(last !== undefined && { nextCursor: this.#seal(last, list, access) }),
    };
  }

  async #make(
    access: Access,
    options: { snapshot: Snapshot; server?: ServedServer; after?: string },
  ): Promise<SharedPage> {
    const { snapshot, server, after } = options;
    const nameOf = (tool: ServedTool) =>
      server ? tool.tool.name : tool.aggregateName;
    const all = await this.allowed(access, server?.tools ?? snapshot.tools);
    // By name, not by place: the page goes on where it was, whatever came or went.
    const rest =
      after === undefined ? all : all.filter(tool => nameOf(tool) > after);
    const shown = rest.slice(0, this.#pageSize);
    const last = rest.length > shown.length ? shown.at(-1) : undefined;
    const json = shown.map(tool =>
      server ? tool.ownJson : tool.aggregateJson,
    );
    return { json: `[${json.join(',')}]`, ...(last && { last: nameOf(last) }) };
  }

  #seal(name: string, list: string, access: Access): string {
    const tag = this.#tag(name, list, access);
    return `${Buffer.from(name).toString('base64url')}.${tag}`;
  }

  /** A cursor is its list's and its reader's alone. */
  #open(cursor: string, list: string, access: Access): string {
    const [encoded, tag = ''] = cursor.split('.');
    const name = Buffer.from(encoded, 'base64url').toString();
    const expected = Buffer.from(this.#tag(name, list, access));
    const given = Buffer.from(tag);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      const message = 'is not one that was given for this list';
      throw new StoaError('stoa.validation', `cursor: ${message}`, {
        details: [{ field: 'cursor', message }],
      });
    }
    return name;
  }

  #tag(name: string, list: string, { principal }: Access): string {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify([name, list, principal.subject]))
      .digest('base64url');
  }
}
