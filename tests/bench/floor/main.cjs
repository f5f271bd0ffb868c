// The least an Electron and React application can be: a window, a protocol, a page. What Chartkeep's start and memory
// are held against.
const { app, BrowserWindow, protocol, session } = require('electron')
const { readFileSync } = require('node:fs')
const { join, basename } = require('node:path')

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
app.enableSandbox()
void app.whenReady().then(() => {
  session.defaultSession.protocol.handle('app', (request) => {
    const name = basename(new URL(request.url).pathname) || 'index.html'
    return new Response(readFileSync(join(__dirname, name)), { headers: { 'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html' } })
  })
  const window = new BrowserWindow({ width: 1280, height: 800, show: true })
  void window.loadURL('app://floor/')
})
app.on('window-all-closed', () => app.quit())
