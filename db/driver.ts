/**
 * Which better-sqlite3 to use. Version 13 carries its native builds inside the package and needs
 * Node 22; on Node 20 version 12 serves, installed under another name as an optional dependency.
 */
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { StoreError } from './store-error.ts';

export type Database = BetterSqlite3.Database;
export type DatabaseOptions = BetterSqlite3.Options;
export type Statement = BetterSqlite3.Statement<unknown[], unknown>;
export type DatabaseConstructor = new (location: string, options?: DatabaseOptions) => Database;

const modernNodeMajor = 22;

export function driverName(nodeVersion: string): 'better-sqlite3' | 'better-sqlite3-node20' {
  const major = Number.parseInt(nodeVersion, 10);
  return major >= modernNodeMajor ? 'better-sqlite3' : 'better-sqlite3-node20';
}

/** The constructor for connections; throws `StoreError` `driverMissing` with the way to get it. */
export function loadDriver(nodeVersion: string = process.versions.node): DatabaseConstructor {
  const name = driverName(nodeVersion);
  try {
    const Driver: DatabaseConstructor = createRequire(import.meta.url)(name);
    // The native half is loaded with the first connection, so a missing build shows only here.
    new Driver(':memory:').close();
    return Driver;
  } catch (cause) {
    throw new StoreError('driverMissing', driverAdvice(name, nodeVersion), cause);
  }
}

function driverAdvice(name: string, nodeVersion: string): string {
  return name === 'better-sqlite3'
    ? `The SQLite driver "better-sqlite3" cannot be loaded on Node ${nodeVersion}: its files are missing or were made for another platform. Install the package again (npm install).`
    : `The SQLite driver for Node ${nodeVersion} is missing or was not built, because npm skipped its install script or the optional package. Use Node 22 or later, or run "npm rebuild better-sqlite3-node20" where prixfixe-dev is installed (npm 12: allow its install script first).`;
}
