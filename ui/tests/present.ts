// No test depends on the day, the time or the zone in which it runs. To try others:
// `KEYHAVEN_TEST_NOW=2028-02-29T23:59:30 KEYHAVEN_TEST_ZONE=Pacific/Auckland npm test`

export const PRESENT = new Date(process.env.KEYHAVEN_TEST_NOW ?? "2026-11-23T14:30:00");
