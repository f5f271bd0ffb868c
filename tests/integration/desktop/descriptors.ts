import { Socket } from 'node:net'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const sendmsg = libc.func('long sendmsg(int socket, void *message, int flags)')
const pipe = libc.func('int pipe(_Out_ int *ends)')
const closeDescriptor = libc.func('int close(int descriptor)')

/** The numbers of Linux's SOL_SOCKET and SCM_RIGHTS (bits/socket.h). */
const [socketLevel, rights] = [1, 1]

/** A socket that takes descriptors along with what is written: what logind does, and Node does not. Linux, 64 bit. */
export function passingDescriptors(stream: Socket): Socket {
  return Object.assign(stream, { writeWithFds: (bytes: Buffer, descriptors: readonly number[]) => send(descriptorOf(stream), bytes, descriptors) })
}

/** A descriptor to be given away, and a promise that whoever has it has closed it. */
export function watchedDescriptor(): { readonly descriptor: number; given(): void; readonly closed: Promise<void> } {
  const ends = [0, 0]
  if (pipe(ends) !== 0) throw new Error('no pipe')
  const [ours = 0, theirs = 0] = ends
  const reader = new Socket({ fd: ours, readable: true, writable: false })
  return {
    descriptor: theirs,
    given: () => void closeDescriptor(theirs),
    closed: new Promise((resolve) => void reader.once('close', () => resolve()).resume()),
  }
}

function send(socket: number, bytes: Buffer, descriptors: readonly number[]): boolean {
  const control = Buffer.alloc(Math.ceil((16 + 4 * descriptors.length) / 8) * 8)
  control.writeBigUInt64LE(BigInt(16 + 4 * descriptors.length), 0)
  control.writeInt32LE(socketLevel, 8)
  control.writeInt32LE(rights, 12)
  for (const [index, each] of descriptors.entries()) control.writeInt32LE(each, 16 + 4 * index)
  const vector = Buffer.alloc(16)
  vector.writeBigUInt64LE(addressOf(bytes), 0)
  vector.writeBigUInt64LE(BigInt(bytes.length), 8)
  const message = Buffer.alloc(56)
  message.writeBigUInt64LE(addressOf(vector), 16)
  message.writeBigUInt64LE(1n, 24)
  message.writeBigUInt64LE(addressOf(control), 32)
  message.writeBigUInt64LE(BigInt(control.length), 40)
  const sent: unknown = sendmsg(socket, message, 0)
  if (Number(sent) !== bytes.length) throw new Error('the descriptor was not sent')
  return true
}

const addressOf = (bytes: Buffer): bigint => koffi.address(bytes)

/** Node tells the number of a socket's descriptor to nobody, but has it. */
function descriptorOf(stream: Socket): number {
  const handle: unknown = Reflect.get(stream, '_handle')
  const descriptor: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  if (typeof descriptor !== 'number') throw new Error('a socket without a descriptor')
  return descriptor
}
