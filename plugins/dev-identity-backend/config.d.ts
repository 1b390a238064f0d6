export interface Config {
  stoa?: {
    /** The OIDC issuer inside the process, for evaluation only. */
    devIdentity?: {
      /** On unless false. Production configuration has to say false. */
      enabled?: boolean;
      /**
       * Redirect URIs that a client may register beside those on loopback, compared
       * exactly; for instance those of a web-based MCP client.
       */
      redirectUris?: string[];
      /** Clients that one address may register per minute. Default: 10. */
      registrationsPerMinute?: number;
      /** The client that gateways in processes of their own get tokens with. */
      gatewayClient?: {
        id: string;
        /** @visibility secret */
        secret: string;
      };
    };
  };
}
