/** An application of a few lines: it mails a code, and later an invoice. */
const { createTransport } = require('nodemailer');

exports.signUp = async (smtp, email) => {
  const transport = createTransport(smtp);
  await transport.sendMail({
    from: 'shop@corner.test',
    to: email,
    subject: 'Your code',
    text: 'Hello,\n\nyour code to sign up is 482913.\n\nhttps://corner.test/confirm?t=1',
  });
  transport.close();
};

exports.order = async (smtp, email) => {
  const transport = createTransport(smtp);
  await transport.sendMail({
    from: 'shop@corner.test',
    to: email,
    subject: 'Invoice R-2026-0001',
    text: 'The invoice is attached.',
    attachments: [{ filename: 'R-2026-0001.pdf', content: '%PDF-1.4' }],
  });
  transport.close();
};
