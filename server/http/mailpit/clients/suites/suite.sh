#!/bin/sh
# A project's mail tests as they are written for Mailpit, with a shell and curl alone.
# MAILPIT_URL and SMTP_PORT say where it is; nothing else knows which server answers.
set -eu

api="${MAILPIT_URL%/}/api/v1"
failed=0

check() { # what, expected, found
  case "$3" in
    *"$2"*) echo "ok - $1" ;;
    *) echo "not ok - $1: \"$2\" is not in: $3"; failed=1 ;;
  esac
}

curl -sf "${MAILPIT_URL%/}/readyz"
check 'delete all' 'ok' "$(curl -sf -X DELETE "$api/messages")"

printf 'From: Shop <shop@example.test>\r\nTo: user@example.test\r\nSubject: Order 17\r\n\r\nThank you.\r\n' |
  curl -sf --url "smtp://127.0.0.1:$SMTP_PORT" --mail-from shop@example.test \
    --mail-rcpt user@example.test --upload-file -

check 'list' '"messages_count":1' "$(curl -sf "$api/messages")"
check 'search' '"Subject":"Order 17"' "$(curl -sfG "$api/search" --data-urlencode 'query=to:user@example.test subject:"Order 17"')"
check 'nothing found' '"messages_count":0' "$(curl -sf "$api/search?query=subject:Refund")"

id=$(curl -sf "$api/messages?limit=1" | sed -n 's/.*"ID":"\([0-9A-Za-z]*\)".*/\1/p')
check 'message' '"Address":"user@example.test"' "$(curl -sf "$api/message/$id")"
check 'latest' "\"ID\":\"$id\"" "$(curl -sf "$api/message/latest")"
check 'now read' '"unread":0' "$(curl -sf "$api/messages")"
check 'headers' '"Subject":["Order 17"]' "$(curl -sf "$api/message/$id/headers")"
check 'source' 'Thank you.' "$(curl -sf "$api/message/$id/raw")"
check 'text' 'Thank you.' "$(curl -sf "${MAILPIT_URL%/}/view/$id.txt")"
check 'compressed' 'Order 17' "$(curl -sf --compressed "$api/messages")"

# As in the documentation of the sending call: curl posts a form type with -d unless told otherwise.
sent=$(curl -sf -X POST "$api/send" -H 'accept: application/json' -H 'content-type: application/json' -d '{
  "From": {"Email": "john@example.test", "Name": "John Doe"},
  "To": [{"Email": "jane@example.test", "Name": "Jane Doe"}],
  "Subject": "Sent over HTTP",
  "Text": "Mail message text",
  "HTML": "<p>Mail message <b>HTML</b></p>",
  "Tags": ["Tag 1", "Tag 2"],
  "Headers": {"X-IP": "1.2.3.4"}
}')
check 'send' '{"ID":"' "$sent"
check 'tags' '["Tag 1","Tag 2"]' "$(curl -sf "$api/tags")"
check 'no JSON type' 'ok' "$(curl -sf -X PUT "$api/messages" -d '{"Read":true}')"
check 'delete by id' 'ok' "$(curl -sf -X DELETE "$api/messages" -d "{\"ids\":[\"$id\"]}")"
check 'delete by search' 'ok' "$(curl -sf -X DELETE "$api/search?query=from:john")"
check 'empty' '"total":0' "$(curl -sf "$api/messages")"
check 'names of header fields' 'Content-Type: application/json' "$(curl -si "$api/tags")"
check 'unknown message' '404' "$(curl -s -o /dev/null -w '%{http_code}' "$api/message/unknown")"
check 'unknown call' 'File not found' "$(curl -s "$api/nothing")"

exit "$failed"
