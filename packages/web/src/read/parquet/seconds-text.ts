/** A time of day as 10:11:12.5, from its microseconds. */
export function secondsText(micros: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const seconds = micros / 1e6;
  const whole = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(two).join(":");
  const fraction = String(micros % 1e6)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
