import { en } from './en';
import { zh } from './zh';

export const appTexts = { zh, en };
export type AppKey = keyof typeof zh;
