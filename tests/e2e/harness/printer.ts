import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** A printer that the system knows of. */
export interface Printer {
  /** By which whoever asks CUPS for printers finds it. */
  readonly env: Readonly<Record<string, string>>
  /** How often the system has asked it something. */
  asked(): number
  /** What it was given to print, as PDF. */
  papers(): readonly Buffer[]
  close(): Promise<void>
}

const [operation, job, printer, end] = [1, 2, 4, 3] as const
/** RFC 8011 (4.2.1), and what stands first of a PDF. */
const printJob = 2
const pdf = Buffer.from('%PDF-')
const [uri, keyword, charset, language, mimeType, name, text, number, choice, flag, resolution] = [0x45, 0x44, 0x47, 0x48, 0x49, 0x42, 0x41, 0x21, 0x23, 0x22, 0x32] as const

/** One attribute of IPP, as RFC 8010 (3.1) writes it. */
function attribute(tag: number, called: string, value: string | Buffer): Buffer {
  const [label, content] = [Buffer.from(called), Buffer.from(value)]
  const head = Buffer.from([tag, label.length >> 8, label.length & 255])
  return Buffer.concat([head, label, Buffer.from([content.length >> 8, content.length & 255]), content])
}

const four = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
/** 300 dots an inch, both ways. */
const dots = Buffer.concat([four(300), four(300), Buffer.from([3])])
const paper = 'iso_a4_210x297mm'

const described = Buffer.concat([
  Buffer.from([printer]),
  attribute(name, 'printer-name', 'ward'),
  attribute(uri, 'printer-uri-supported', 'ipp://127.0.0.1/printers/ward'),
  attribute(uri, 'device-uri', 'socket://127.0.0.1:9'),
  attribute(text, 'printer-info', 'Printer of the ward'),
  attribute(text, 'printer-location', 'Ward 3'),
  attribute(text, 'printer-make-and-model', 'Generic'),
  attribute(choice, 'printer-type', four(4)),
  attribute(choice, 'printer-state', four(3)),
  attribute(keyword, 'printer-state-reasons', 'none'),
  attribute(flag, 'printer-is-accepting-jobs', Buffer.from([1])),
  attribute(flag, 'printer-is-shared', Buffer.from([0])),
  attribute(keyword, 'ipp-versions-supported', '2.0'),
  attribute(choice, 'operations-supported', four(2)),
  attribute(number, 'copies-default', four(1)),
  attribute(mimeType, 'document-format-supported', 'application/pdf'),
  attribute(keyword, 'media-supported', paper),
  attribute(keyword, 'media-default', paper),
  attribute(resolution, 'printer-resolution-supported', dots),
  attribute(resolution, 'printer-resolution-default', dots),
  attribute(keyword, 'sides-supported', 'one-sided'),
  attribute(keyword, 'print-color-mode-supported', 'monochrome'),
  Buffer.from([end]),
])

/** A job that is printed as soon as it is there. */
const printed = (id: number) => Buffer.concat([Buffer.from([job]), attribute(number, 'job-id', four(id)), attribute(uri, 'job-uri', `ipp://127.0.0.1/jobs/${id}`), attribute(choice, 'job-state', four(9)), Buffer.from([end])])

/** Answers whatever CUPS is asked with one printer, which takes what is sent to it. */
export async function openPrinter(): Promise<Printer> {
  const papers: Buffer[] = []
  let times = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      times += 1
      const asked = Buffer.concat(parts)
      if (request.method !== 'POST' || asked.length < 8) {
        response.writeHead(404).end()
        return
      }
      const status = Buffer.concat([Buffer.from([2, 0, 0, 0]), asked.subarray(4, 8), Buffer.from([operation]), attribute(charset, 'attributes-charset', 'utf-8'), attribute(language, 'attributes-natural-language', 'en')])
      const isJob = asked.readUInt16BE(2) === printJob
      if (isJob) papers.push(asked.subarray(Math.max(0, asked.indexOf(pdf))))
      response.writeHead(200, { 'content-type': 'application/ipp' }).end(Buffer.concat([status, isJob ? printed(papers.length) : described]))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on an address of the network has one of this kind.
  const { port } = server.address() as AddressInfo
  return {
    asked: () => times,
    papers: () => papers,
    env: { CUPS_SERVER: `127.0.0.1:${port}` },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What stands on the paper, without spaces. */
export async function wordsOf(paper: Buffer | undefined): Promise<string> {
  if (paper === undefined) throw new Error('nothing was printed')
  const task = getDocument({ data: new Uint8Array(paper), verbosity: 0 })
  try {
    const document = await task.promise
    const words: string[] = []
    for (let at = 1; at <= document.numPages; at += 1) {
      const { items } = await (await document.getPage(at)).getTextContent()
      words.push(...items.map((item) => ('str' in item ? item.str : '')))
    }
    return words.join('').replaceAll(/\s/g, '')
  } finally {
    await task.destroy()
  }
}
