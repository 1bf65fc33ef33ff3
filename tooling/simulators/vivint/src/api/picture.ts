/** A small house under a grey sky, 160×90. */
const JPEG = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/',
    '2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCABaAKADASIAAhEBAxEB/8QA',
    'GAABAQEBAQAAAAAAAAAAAAAAAAIEAwX/xAArEAEAAgAEAwcEAwAAAAAAAAAAAQIEERJhA1KREyExM0JygSJBUXE0scH/xAAXAQEBAQEAAAAAAAAAAAAAAAAA',
    'AwIB/8QAGREBAQADAQAAAAAAAAAAAAAAAAECERIx/9oADAMBAAIRAxEAPwDzAG2QAAAAAACIzcAJjICzQA6AAAAAAAAAAAAALpSZ8Imcvw5bp2TaYjNSuzvy',
    'W6HZ35LdErdr44yJTNfw6dnfkt0OzvyW6EuiyVyF2pMRnMTH7hCku0MsdADTgAAAAAAAAAA04L1/DM04L1/DOXjuPrSCOJxuHw7ZXtlOWfggssc6YjhXtFa2',
    'zmdpdAcMZ5Ue5ka8Z5Ue5kWw8Sy9AG2QAAAAVo3NG7PUEitG5o3OoJFaNzRudQS04L1/Dho3aMLlTVnaO/LxZyssdx9aGDH+dHt/2W7XTmr1Ysb9XFia98af',
    'snFbXPB/yafP9PSedhYmuIrNomI7++f09DXTmr1dpK44zyo9zI14ma34cRFo8fszaN28bJE8vUitG5o3a6jKRWjc0bnUEitG5o3OoLATAAAAAAAAAAAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAH/2Q==',
  ].join(''),
  'base64',
);

/** The picture, with its address in a comment segment, so that no two are the same. */
export function pictureOf(path: string): Buffer {
  const words = Buffer.from(path);
  const head = Buffer.from([0xff, 0xfe, (words.length + 2) >> 8, (words.length + 2) & 0xff]);
  return Buffer.concat([JPEG.subarray(0, 2), head, words, JPEG.subarray(2)]);
}
