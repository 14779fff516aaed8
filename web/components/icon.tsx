/**
 * All icons of the page: strokes of 1.5 on a grid of 20, round caps. An icon never speaks for
 * itself to a screen reader; the control that wears it has the name.
 */
const icons = {
  inbox: 'M3 11.5h3.7l1.2 2h4.2l1.2-2H17M5.2 4h9.6L17 11.5V16H3v-4.5z',
  mailUnread:
    'M3 5.5h9M3 5.5V15h14V9M3.2 5.8 10 11l4-3M16 6.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2',
  mailRead: 'M3 8.5 10 3.5l7 5V16H3zM3.2 8.8 10 13l6.8-4.2',
  person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 16.5c.4-3 2.8-4.8 6-4.8s5.6 1.8 6 4.8',
  /** An @. */
  domain:
    'M13.2 10a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0M13.2 6.8v4.400a2 2 0 0 0 4 0V10a7.200 7.200 0 1 0-2.900 5.800',
  bookmark: 'M5.500 3h9v14l-4.500-3.500L5.500 17z',
  pencil: 'M4 16l.8-3.600L13.500 3.700l2.800 2.800-8.700 8.700zM11.500 5.700l2.800 2.800',
  key: 'M7 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M10.5 10H17v3M14 10v2.5',
  tag: 'M3.5 3.5h6l7 7-6 6-7-7zM6.8 6.8h.01',
  plug: 'M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v2.5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M13 13l4 4',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  minus: 'M5 10h10',
  plus: 'M10 4v12M4 10h12',
  trash: 'M3.5 5.5h13M8 5.5v-2h4v2M5.2 5.5 6 16.5h8l.8-11M8.3 8.5v5M11.7 8.5v5',
  undo: 'M7 4 3.5 7.5 7 11M3.5 7.5H12a4 4 0 0 1 0 8H8',
  paperclip:
    'm15.5 9.5-5.3 5.3a3.2 3.2 0 0 1-4.6-4.6l6-6a2.2 2.2 0 0 1 3.1 3.1l-5.9 5.9a1.1 1.1 0 0 1-1.6-1.6l5-5',
  lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  unlock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 5.8-1',
  warning: 'M10 3.5 2.8 16h14.4zM10 8.5v3.5M10 14h.01',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 9.5v4M10 6.8h.01',
  help: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M8 8.2a2 2 0 1 1 2.8 1.9c-.6.300-.8.700-.8 1.4M10 13.8h.01',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M7 11.7h6',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  sidebar: 'M3 4h14v12H3zM8 4v12',
  more: 'M4.75 10h.5M9.75 10h.5M14.75 10h.5',
  arrowLeft: 'M16 10H4M9 5l-5 5 5 5',
  arrowUp: 'M10 16V4M5 9l5-5 5 5',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  chevronDown: 'm5 8 5 5 5-5',
  chevronRight: 'm8 5 5 5-5 5',
  chevronUp: 'm5 12 5-5 5 5',
  sun: 'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M10 2.5v1.3M10 16.2v1.3M2.5 10h1.3M16.2 10h1.3M4.7 4.7l.9.9M14.4 14.4l.9.9M15.3 4.7l-.9.9M5.6 14.4l-.9.9',
  moon: 'M16.5 11.8A7 7 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3',
  monitor: 'M3 4h14v9.5H3zM7.5 16.5h5M10 13.5v3',
  laptop: 'M4.5 4.5h11v8h-11zM2.5 15.5h15',
  tablet: 'M5 2.5h10v15H5zM9.5 15h1',
  phone: 'M6.5 2.5h7v15h-7zM9.5 15h1',
  copy: 'M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l1-1',
  external: 'M8 4H4v12h12v-4M11.5 3.5h5v5M16.3 3.7 9.5 10.5',
  download: 'M10 3.5v9M6 9l4 4 4-4M3.5 16.5h13',
  image: 'M3 4h14v12H3zM7 8.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2M3.3 15 8 10.5l3 2.8 2.5-2.3 3.3 3',
  imageOff: 'M3 4h14v12H3zM3.3 15 8 10.5l3 2.8M2.5 2.5l15 15',
  file: 'M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15',
  code: 'm7 6-4 4 4 4M13 6l4 4-4 4',
  list: 'M7.5 5.5H17M7.5 10H17M7.5 14.5H17M3.5 5.5h.01M3.5 10h.01M3.5 14.5h.01',
  tree: 'M4.5 3v11.5H9M4.5 7.5H9M9 5.5h7.5v4H9zM9 12.5h7.5v4H9z',
  terminal: 'M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5.5zM9.5 11l3-3',
  server: 'M3.5 4h13v5h-13zM3.5 11h13v5h-13zM6.5 6.5h.01M6.5 13.5h.01',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4.2l2.7 1.6',
  database: 'M4 5.5c0-3 12-3 12 0v9c0 3-12 3-12 0zM4 5.5c0 3 12 3 12 0M4 10c0 3 12 3 12 0',
  pulse: 'M2.5 10.5h3.5l2-5.5 3.5 10 2-4.5h4',
  contrast: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 3v14M12.5 5v10M15 6.5v7',
  bolt: 'M11 2.5 4.5 11.5H9.5L9 17.5 15.5 8.5H10.5z',
  refresh: 'M16 9a6 6 0 1 0 .2 3M16.5 4.5V9H12',
  play: 'M6.5 4v12l9.5-6z',
  pause: 'M7 4.5v11M13 4.5v11',
  blocked: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M5.2 5.2l9.6 9.6',
  power: 'M10 3v6.5M6.3 5.300a6 6 0 1 0 7.4 0',
  zoomIn: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M13 13l4 4M6.5 9h5M9 6.5v5',
  zoomOut: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M13 13l4 4M6.500 9h5',
} as const;

export type IconName = keyof typeof icons;

interface IconProps {
  readonly name: IconName;
  /** In rem-based steps of the text it stands beside; 16 px by default. */
  readonly size?: number;
  readonly className?: string | undefined;
}

export function Icon({ name, size = 16, className }: IconProps) {
  const rem = `${size / 16}rem`;
  return (
    <svg
      aria-hidden="true"
      className={className}
      fill="none"
      focusable="false"
      height={rem}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth={1.5}
      viewBox="0 0 20 20"
      width={rem}
    >
      <path d={icons[name]} />
    </svg>
  );
}
