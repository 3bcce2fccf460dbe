// Uploads that a save has to wait for.
export const uploadsRunning = new Set<File>();
