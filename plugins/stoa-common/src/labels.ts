/** Labels and annotations of entities that the platform itself writes. */
export const LABEL_TENANT = 'stoa.cab-i.com/tenant';
export const LABEL_VISIBILITY = 'stoa.cab-i.com/visibility';
export const LABEL_STATUS = 'stoa.cab-i.com/status';
/** The id of the MCP server that an entity of the type `mcp-server` is about. */
export const ANNOTATION_MCP_SERVER = 'stoa.cab-i.com/mcp-server-id';
export const MANIFEST_API_VERSION = 'stoa.cab-i.com/v1alpha1';
