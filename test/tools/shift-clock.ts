// Loaded by a program under test before its own code (`--import`): its clock runs off by CLOCK_SHIFT_MS.
const shiftMs = Number(process.env['CLOCK_SHIFT_MS'] ?? '0');
const now = Date.now.bind(Date);
Date.now = () => now() + shiftMs;
