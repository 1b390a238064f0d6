export interface Config {
  stoa?: {
    /**
     * Where the installation keeps what is its own: Git repository, accounts, keys,
     * spool. Absolute, or relative to the repository.
     */
    dataDir: string;

    /** `production` forbids everything that is for evaluation only. */
    environment?: 'evaluation' | 'production';

    gitops?: {
      embedded?: {
        /** The branch of `<dataDir>/stoa-gitops.git` that counts. Default: `main`. */
        branch?: string;
      };
    };

    /** Tenants, APIs and backends to try things with. */
    demo?: {
      /** Fills an empty repository with the demo. */
      enabled?: boolean;
      /** Ports of the sample services on this machine. */
      backends?: {
        crm?: number;
        inventory?: number;
        billing?: number;
        weather?: number;
      };
    };

    /**
     * Internal addresses that may be called all the same, as `host:port` (IPv6 in
     * brackets). The host is the one of the URL, or the address it resolves to.
     * The platform's own ports stay closed.
     */
    network?: {
      /** For everybody. */
      allow?: string[];
      /** By tenant, for its backends alone. */
      tenants?: { [tenantId: string]: string[] };
    };

    /** Where the control plane is, for a gateway in a process of its own. */
    controlPlane?: {
      /** `https://…/api/control-plane` */
      url: string;
      /** The issuer's token endpoint, for client credentials. */
      tokenUrl: string;
      clientId: string;
      /** @visibility secret */
      clientSecret: string;
    };

    deployments?: {
      /**
       * Who carries deployments out: the runner in the platform (`built-in`, the
       * default), or an executor that takes them from the topic `deploy-requests` and
       * reports how they go (`external`).
       */
      executor?: 'built-in' | 'external';
    };

    /**
     * The brokers that carry events. Without them events are carried within the
     * process, which is enough for one process.
     */
    kafka?: {
      /** `host:port` of some brokers of the cluster. */
      brokers: string[];
      /** Default: `stoa`. */
      clientId?: string;
      /** `true`, or what to trust and to show; PEM, best by `$file`. */
      tls?:
        | boolean
        | {
            ca?: string;
            cert?: string;
            /** @visibility secret */
            key?: string;
            serverName?: string;
          };
      sasl?: {
        mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        username: string;
        /** @visibility secret */
        password: string;
      };
      /** Before the names of topics and groups, where others use the cluster. Default: none. */
      prefix?: string;
      /** Topics that do not exist are made so, if the cluster allows it. */
      topics?: {
        /** Default: 3. */
        partitions?: number;
        /** Copies; no more than there are brokers. Default: 2. */
        replication?: number;
        /** Default: 7. */
        retentionDays?: number;
      };
      /** How often an event is tried until it goes to `<topic>.dlq`. Default: 8, in half a minute. */
      attempts?: number;
    };

    /** Where the spans of this process go: requests, transactions, consumers of events. Default: nowhere. */
    tracing?: {
      /** OTLP over HTTP, such as `http://collector:4318/v1/traces`. */
      endpoint: string;
      /**
       * Sent along, such as a key.
       * @deepVisibility secret
       */
      headers?: { [name: string]: string };
      /** The part of the traces that begin here which is kept, from 0 to 1 (the default). Who calls with a trace decides on it. */
      ratio?: number;
    };

    /** For whoever runs the installation. */
    management?: {
      /**
       * Serves `/metrics`, in Prometheus's format, on this port. Each process needs one of
       * its own. Nothing is served without it.
       */
      port?: number;
      /** Default: `127.0.0.1`. It tells of all tenants: keep it from them. */
      host?: string;
    };

    limits?: {
      /**
       * How many requests a minute one person may make to the control plane; as many
       * again may come at once. Beyond that: 429. Default: 600.
       */
      requestsPerMinute?: number;
      /** Where gateways count calls together. Without it each process counts for itself. */
      redis?: {
        /**
         * Of Redis or Valkey: `redis[s]://[user:password@]host[:port][/database]`.
         * @visibility secret
         */
        url?: string;
      };
    };

    /** How people are told what happens and what waits for them, beside the web interface. */
    notifications?: {
      /** Of people whose language is not known, and of channels: `en` (the default) or `fr`. */
      language?: 'en' | 'fr';
      email?: {
        /** `STOA <stoa@example.com>` */
        from: string;
        smtp: {
          host: string;
          /** Default: 587, or 465 if `secure`. */
          port?: number;
          /** TLS from the first byte on. Otherwise the server is asked for it (STARTTLS). */
          secure?: boolean;
          /** Gives up where the server has no STARTTLS. Default: true if there is a password. */
          requireTls?: boolean;
          user?: string;
          /** @visibility secret */
          password?: string;
        };
      };
      slack?: {
        /**
         * By tenant, the incoming webhook of the channel of those who work for it.
         * Whoever knows the address can post there.
         * @deepVisibility secret
         */
        tenants?: { [tenantId: string]: string };
      };
    };

    /** Calls that were metered. */
    metering?: {
      /** Tells other programs of each call, on the topic `mcp-metering`. Default: where there is Kafka. */
      events?: boolean;
    };

    /** How long things are kept, in whole days. The audit is kept for ever. */
    retention?: {
      /** Calls, which usage is made of. Default: 90. */
      meteringDays?: number;
      /** Snapshots of failed calls. Default: 30. */
      snapshotsDays?: number;
      /** Deliveries of webhooks. Default: 30. */
      deliveriesDays?: number;
      /** Whom was told what, and how that went. Default: 30. */
      notificationsDays?: number;
      /** Calls of tools that waited for a person. Default: 90. */
      approvalsDays?: number;
    };

    /** Where the installation's own secrets lie, such as the key that seals webhooks' secrets. */
    secrets?: {
      /**
       * `encrypted-file` (the default): in `<dataDir>/secrets`. `environment` and
       * `mounted-files` are read only; the operator sets what is asked for.
       */
      store?: 'encrypted-file' | 'environment' | 'mounted-files' | 'vault';
      encryptedFile?: {
        /**
         * 64 hexadecimal digits. Without it a key is made beside the files: give one
         * in production.
         * @visibility secret
         */
        key?: string;
      };
      environment?: {
        /** Of the variables' names. Default: `STOA_SECRET_`. */
        prefix?: string;
      };
      mountedFiles?: {
        folder: string;
      };
      /** KV engine of version 2. Needs a token or a file with one. */
      vault?: {
        url: string;
        /** Default: `secret`. */
        mount?: string;
        /** Folder of this installation. Default: `stoa`. */
        prefix?: string;
        namespace?: string;
        /** @visibility secret */
        token?: string;
        /** Read for each call: an agent may renew it. */
        tokenFile?: string;
      };
    };

    policy?: {
      /**
       * Folder of the compiled policy (`policy.wasm`, `data.json`, `digest.json`),
       * absolute or relative to the repository. Default: `policies/bundle`.
       */
      bundle?: string;
    };

    /**
     * OIDC issuers whose access tokens are accepted. The first of all, the embedded
     * issuer where it is enabled, is the home issuer: its `sub` is the subject here.
     */
    issuers?: Array<{
      /** Compared exactly with `iss`. */
      issuer: string;
      /** One of them must be in `aud`. `account` is refused. */
      audiences: string[];
      /**
       * Accepted at the MCP gateway beside the address that is asked, for issuers
       * that know no `resource` parameter (RFC 8707).
       */
      mcpAudiences?: string[];
      /** Found through discovery when absent. */
      jwksUri?: string;
      /** The only tenants it may speak for, and then never for the platform role. */
      tenants?: string[];
      /** Dotted paths of claims. */
      claims?: {
        /** Group paths `/tenants/<id>/<role>`. Default: `groups`. */
        groups?: string;
        /** Realm roles. Default: `realm_access.roles`. */
        roles?: string;
      };
    }>;
  };
}
