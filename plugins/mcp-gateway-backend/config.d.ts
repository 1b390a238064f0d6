export interface Config {
  stoa?: {
    /** The gateway that serves tools to MCP clients under `/mcp`. */
    mcp?: {
      /**
       * Where clients reach it, without `/mcp`. Default: `backend.baseUrl`. Access
       * tokens must be meant for `<baseUrl>/mcp` or an address below it.
       */
      baseUrl?: string;
      /** Web pages of other origins that may call it, such as `http://localhost:6274`. Default none. */
      allowedOrigins?: string[];
      /** Largest request, in bytes. Default 1048576. */
      maxRequestBytes?: number;
      /** Largest answer of a service that is passed on, in bytes. Default 1048576. */
      maxResponseBytes?: number;
      /** Seconds that a whole call of a service may take. Default 60. */
      callTimeoutSeconds?: number;
      /** Tools on a page of a list. Default 1000. */
      pageSize?: number;
    };
  };
}
