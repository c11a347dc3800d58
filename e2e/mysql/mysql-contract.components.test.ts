import { after } from 'node:test';
import { legacyContract } from '@actionbase/ports/contracts/legacy';
import { MariaDb } from '../servers/mariadb.ts';
import { makeMysqlLegacyHome } from './mysql-legacy-home.ts';

const server = await MariaDb.start();
after(() => server[Symbol.asyncDispose]());

legacyContract('MariaDB', () => makeMysqlLegacyHome(server));
