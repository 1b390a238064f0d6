export interface Config {
  stoa?: {
    /** The embedded data plane, which serves deployed APIs under `/gateway`. */
    gateway?: {
      /**
       * Seconds for which the last answer about a key holds while the control
       * plane cannot be asked. 0 asks for each call. Default 30.
       */
      leaseSeconds?: number;
      /** Largest body of a request, in bytes. Default 10485760. */
      maxRequestBytes?: number;
      /** Seconds that connecting to a backend may take. Default 5. */
      connectTimeoutSeconds?: number;
      /** Seconds from the first byte to a backend until the last of its answer. Default 600. */
      totalTimeoutSeconds?: number;
      /** Seconds a backend may take to begin its answer. Default 30. */
      firstByteTimeoutSeconds?: number;
      /** Seconds a backend may be silent within its answer. Default 30. */
      idleTimeoutSeconds?: number;
      /** Seconds a caller may take nothing of an answer that is there. Default 120. */
      callerTimeoutSeconds?: number;
      /** Memory for answers that APIs with a `response-cache` keep, in bytes. Default 67108864. */
      cacheBytes?: number;
      /**
       * Calls served at once: in all (half of them for one tenant), for one backend,
       * and for one subscription. Defaults 2000, 250 and 50.
       */
      maxInFlight?: number;
      maxInFlightPerBackend?: number;
      maxInFlightPerSubscription?: number;
      /** Unknown keys that one address may try in a minute. Default 60. */
      badKeysPerMinute?: number;
      /** Addresses or ranges of proxies whose `X-Forwarded-For` is believed. Default none. */
      trustedProxies?: string[];
    };
  };
}
