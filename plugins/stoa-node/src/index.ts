export * from './events/EventBus';
export * from './gateways/GatewayAdapter';
export * from './gitops/GitOpsRepository';
export * from './identity/IdentityAdmin';
export * from './identity/PrincipalService';
export * from './policy/PolicyEngine';
export * from './policy/input';
