import { createRoot } from 'react-dom/client';
import { api } from '../client/api';
import '../kit/base.css';
import { destination } from './destination';
import './signin.css';
import { SignInPage } from './SignInPage';

// A fresh installation has nobody who could sign in.
void api<{ needed: boolean }>('setup')
  .then(({ needed }) => needed && location.replace('/setup.html'))
  .catch(() => undefined);

createRoot(document.getElementById('root')!).render(
  <SignInPage onSignedIn={() => location.assign(destination(location.search))} />,
);
