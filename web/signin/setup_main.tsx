import { createRoot } from 'react-dom/client';
import '../kit/base.css';
import { SetupPage } from './SetupPage';
import './signin.css';

createRoot(document.getElementById('root')!).render(<SetupPage />);
