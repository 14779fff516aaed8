/** What every thumbnail is like, and the one of what cannot be shown small. */
import { inflateRawSync } from 'node:zlib';

export const thumbnailWidth = 180;
export const thumbnailHeight = 120;

/** Declared pixels beyond which a picture is not decoded: 80 MB of memory. */
export const pixelsMax = 20_000_000;

/** Octets beyond which nobody looks at it. */
export const pictureBytesMax = 64 * 1024 * 1024;

/** A white picture, JPEG, deflated. */
const packedBlank =
  '+3/j/wMGAS83TzcGRiYGBkYGRgaG/wcYBDkYKhi2MDMKMjAJMjILMv6/zeDMwMXOzsHOxsXBwcHNxcXNJyHAx8vLJysqJiihLK+qoiSvpKimba6vpmmiqahk4GhoYmltZ2enqufi6WzjYW5rZw0yhJGLm5uPl09GQEDGWkNJw5pk8P8IgzwDAyMrIxgwQAEjEzMLKxs7BycX9/8jDFsFGJgYmZmZWJhZWVlYGBgYaxmZmBlYBFmFFA0d2YQDE9mVCkWMGicu5FB22nhQNOjiBxXjpKImTi4xcQlJKVU1dQ1NLRNTM3MLSytnF1c3dw9Pr+CQ0LDwiMio5JTUtPSMzKziktKy8orKquaW1rb2js6uSZOnTJ02fcbMWYsWL1m6bPmKlas2bd6yddv2HTt3HTp85Oix4ydOnrp0+crVa9dv3Lz18NHjJ0+fPX/x8tXHT5+/fP32/cfPXyB/MTIwM8IAVn8JMjAxMrGwMLOwg/zFyFQOUiDIwqpoyCbkGMieWCisZNTIIeI0ceHGg5zKxkEfRJOKLnKJqZg8VP0I8hrYZ8R5rIksn8E9hvDXLQYeZkYGJkFmQQZ7hm9ZDBoMC5gauEapUYra1P+bAA==';

export function blankThumbnail(): Uint8Array {
  return inflateRawSync(Buffer.from(packedBlank, 'base64'));
}
