import { walk } from './main';

void walk().then((line) => console.log(line));
