import { en } from './en';
import { zh } from './zh';

export const intakeTexts = { zh, en };
export type IntakeKey = keyof typeof zh;
