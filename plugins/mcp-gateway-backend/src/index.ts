export { mcpGatewayPlugin as default } from './plugin';
