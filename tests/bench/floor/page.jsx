import { createRoot } from 'react-dom/client'

createRoot(document.getElementById('root')).render(<h1>Floor</h1>)
