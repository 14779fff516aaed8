/** What crosses the wire to clients written for Mailpit. These names live in this folder only. */
export interface AddressShape {
  readonly Name: string;
  readonly Address: string;
}

export interface MessageSummaryShape {
  readonly ID: string;
  readonly MessageID: string;
  readonly Read: boolean;
  readonly From: AddressShape;
  readonly To: readonly AddressShape[];
  readonly Cc: readonly AddressShape[];
  readonly Bcc: readonly AddressShape[];
  readonly ReplyTo: readonly AddressShape[];
  readonly Subject: string;
  readonly Created: string;
  readonly Username: string;
  readonly Tags: readonly string[];
  /** Octets of the stored message. */
  readonly Size: number;
  readonly Attachments: number;
  readonly Snippet: string;
}

export interface MessagesSummaryShape {
  readonly total: number;
  readonly unread: number;
  /** Of this page. */
  readonly count: number;
  readonly messages_count: number;
  readonly messages_unread: number;
  readonly start: number;
  readonly tags: readonly string[];
  readonly messages: readonly MessageSummaryShape[];
}

export interface AttachmentShape {
  readonly PartID: string;
  readonly FileName: string;
  readonly ContentType: string;
  readonly ContentID: string;
  readonly Size: number;
  readonly Checksums: { readonly MD5: string; readonly SHA1: string; readonly SHA256: string };
}

export interface ListUnsubscribeShape {
  readonly Header: string;
  readonly Links: readonly string[];
  readonly Errors: string;
  readonly HeaderPost: string;
}

export interface MessageShape {
  readonly ID: string;
  readonly MessageID: string;
  readonly From: AddressShape;
  readonly To: readonly AddressShape[];
  readonly Cc: readonly AddressShape[];
  readonly Bcc: readonly AddressShape[];
  readonly ReplyTo: readonly AddressShape[];
  readonly ReturnPath: string;
  readonly Subject: string;
  readonly ListUnsubscribe: ListUnsubscribeShape;
  readonly Date: string;
  readonly Tags: readonly string[];
  readonly Username: string;
  readonly Text: string;
  readonly HTML: string;
  readonly Size: number;
  readonly Inline: readonly AttachmentShape[];
  readonly Attachments: readonly AttachmentShape[];
}
