import { en } from './en';
import { zh } from './zh';

export const kitTexts = { zh, en };
