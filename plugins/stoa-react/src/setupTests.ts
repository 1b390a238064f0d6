import '@testing-library/jest-dom';
import { installScreen } from './__testUtils__/screenWidth';

installScreen();
