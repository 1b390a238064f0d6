import { Schema } from '@stoa/plugin-stoa-common';

export type ToolSet = Schema<'ToolSet'>;
export type ToolSetDetail = Schema<'ToolSetDetail'>;
export type ToolSetTool = Schema<'ToolSetTool'>;
export type ToolProblem = Schema<'ToolProblem'>;
export type ToolSubscription = Schema<'McpSubscription'>;
