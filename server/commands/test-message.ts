/**
 * The message by which people see that everything works: text, HTML, an inline image, an
 * attachment, a code, a link and more than one script. It goes out by SMTP with nodemailer, as an
 * application's own would.
 */
import type { Credential } from '../config/row.ts';
import { reachableHost } from './reachable-host.ts';
import { bannerPng } from './test-message-banner.ts';

export interface TestMessageOptions {
  /** `null`: an address that says what it is. */
  readonly to: string | null;
  readonly server: { readonly host: string; readonly port: number };
  /** Trusted for STARTTLS; without it no certificate is verified. */
  readonly caPem?: string | null;
  readonly credential?: Credential | null;
  readonly from?: string | null;
  readonly subject?: string | null;
}

const subjectDefault = 'Your mail is being caught ✓';

export async function sendTestMessage(
  options: TestMessageOptions,
): Promise<{ readonly messageId: string }> {
  const { server, caPem = null, credential = null } = options;
  // Only when it is needed: nobody should wait for it when the program starts.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: reachableHost(server.host),
    port: server.port,
    // A generated certificate names the host in the greeting, which need not be how we reach it.
    tls:
      caPem === null ? { rejectUnauthorized: false } : { ca: caPem, checkServerIdentity: noCheck },
    connectionTimeout: 10_000,
    ...(credential === null ? {} : { auth: { user: credential.user, pass: credential.password } }),
  });
  try {
    const sent = await transport.sendMail(composeTestMessage(options));
    return { messageId: String(sent.messageId) };
  } finally {
    transport.close();
  }
}

function composeTestMessage({ to, from = null, subject = null }: TestMessageOptions) {
  const code = String(100_000 + Math.floor(Math.random() * 900_000));
  return {
    from: from ?? { name: 'prixfixe-dev', address: 'hello@prixfixe-dev.test' },
    to: to ?? { name: 'Test Inbox', address: 'test@example.test' },
    subject: subject ?? subjectDefault,
    headers: { 'X-Tags': 'test' },
    text: textOf(code),
    html: htmlOf(code),
    attachments: [
      { filename: 'banner.png', content: bannerPng(), cid: 'banner@prixfixe-dev.test' },
      { filename: 'receipt.pdf', content: receiptPdf(code), contentType: 'application/pdf' },
    ],
  };
}

function textOf(code: string): string {
  return [
    'It works.',
    '',
    'This message travelled over SMTP, was stored before it was acknowledged,',
    'and reached nobody but you.',
    '',
    `Your code: ${code}`,
    'Confirm: https://app.example.test/confirm?code='.concat(code),
    '',
    'Other scripts: こんにちは · Καλημέρα · Здравствуйте · مرحبا · 👋',
    '',
    '-- ',
    'prixfixe-dev',
  ].join('\n');
}

function htmlOf(code: string): string {
  const font = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${subjectDefault}</title>
<style>
  @media (prefers-color-scheme: dark) {
    .page { background: #101719 !important }
    .card { background: #182124 !important; color: #e4eaeb !important }
    .quiet { color: #a5b1b4 !important }
    .code { background: #22302f !important; color: #8fd3e0 !important }
  }
</style>
</head>
<body class="page" style="margin:0;background:#eef2f3">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" width="560" cellpadding="0" cellspacing="0" style="width:100%;max-width:560px;background:#fff;border-radius:14px;overflow:hidden;color:#1c2a2e;${font}">
<tr><td><img src="cid:banner@prixfixe-dev.test" width="560" alt="An envelope, caught" style="display:block;width:100%;height:auto;border:0"></td></tr>
<tr><td style="padding:32px 36px 12px">
<h1 style="margin:0 0 12px;font-size:26px;line-height:1.25;letter-spacing:-.01em">It works.</h1>
<p style="margin:0;font-size:16px;line-height:1.6">This message travelled over SMTP, was stored before it was acknowledged, and reached nobody but you.</p>
</td></tr>
<tr><td style="padding:12px 36px">
<p class="code" style="margin:0;padding:16px 20px;border-radius:10px;background:#e3f1f4;color:#0b5566;font-size:28px;font-weight:600;letter-spacing:.18em;text-align:center">${code}</p>
</td></tr>
<tr><td style="padding:12px 36px 28px" align="center">
<a href="https://app.example.test/confirm?code=${code}" style="display:inline-block;padding:12px 26px;border-radius:999px;background:#0b5f70;color:#fff;font-size:16px;font-weight:600;text-decoration:none">Confirm address</a>
</td></tr>
<tr><td class="quiet" style="padding:0 36px 32px;font-size:13px;line-height:1.7;color:#5b6b70">
Other scripts: こんにちは · Καλημέρα · Здравствуйте · <span dir="rtl">مرحبا</span> · 👋<br>
The image above is part of the message; a receipt is attached.
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

/** A page of PDF, small enough to write by hand; readers want the offsets to be right. */
function receiptPdf(code: string): Buffer {
  const drawing = `BT /F1 28 Tf 72 720 Td (Receipt) Tj 0 -40 Td /F1 14 Tf (A test of prixfixe-dev, code ${code}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(
    `${text}xref\n0 ${count}\n0000000000 65535 f \n${offsets.join('')}${trailer}`,
    'latin1',
  );
}

function noCheck(): undefined {
  return undefined;
}
