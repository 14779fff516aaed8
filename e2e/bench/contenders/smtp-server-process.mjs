/** argv: folder whose node_modules has smtp-server, port, backlog, certificate and key files. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, port, backlog, certFile, keyFile] = process.argv.slice(2);
const { SMTPServer } = createRequire(join(folder, 'index.js'))('smtp-server');
const server = new SMTPServer({
  authOptional: true,
  // Looking up the name of each client is not what is measured.
  disableReverseLookup: true,
  ...(certFile === undefined ? {} : { cert: readFileSync(certFile), key: readFileSync(keyFile) }),
  onData(stream, _session, done) {
    stream.on('end', done);
    stream.resume();
  },
});
// A client that leaves is no reason to end.
server.on('error', () => {});
server.server.listen({ host: '127.0.0.1', port: Number(port), backlog: Number(backlog) });
