import { createRoot } from 'react-dom/client';
import '../kit/base.css';
import './intake.css';
import { IntakePage } from './IntakePage';

createRoot(document.getElementById('root')!).render(<IntakePage />);
