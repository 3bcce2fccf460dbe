import { en } from './en';
import { zh } from './zh';

export const signInTexts = { zh, en };
export type SignInKey = keyof typeof zh;
