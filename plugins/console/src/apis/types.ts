import { Schema } from '@stoa/plugin-stoa-common';

export type Api = Schema<'Api'>;
export type Subscription = Schema<'Subscription'>;
export type Deployment = Schema<'Deployment'>;
