/** Types of errors as the metrics count them, in words. */
const labels: Readonly<Record<string, string>> = {
  timeout: 'Time-out',
  parse_error: 'Command not understood',
  line_too_long: 'Line too long',
  too_many_connections: 'Too many connections',
  too_many_recipients: 'Too many recipients',
  too_many_errors: 'Too many errors',
  message_too_large: 'Message too large',
  auth_failed: 'Login refused',
  tls_handshake_failed: 'TLS handshake failed',
  aborted: 'Client went away',
  storage: 'Not stored',
  http_request: 'HTTP request',
};

export const errorTypes = Object.keys(labels);

/** A type that this page does not know yet reads as it is written. */
export function errorLabel(type: string): string {
  return Object.hasOwn(labels, type) ? (labels[type] ?? type) : type.replaceAll('_', ' ');
}
