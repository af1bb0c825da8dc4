// Where this phone is, and the way to a customer in the maps people drive by. Each map has its own coordinates.
const FRESH = 60000;
const PATIENCE = 8000;
const SOON = 1200; // a check-in and a check-out wait so long for a position, then go on

// {lng, lat, accuracy, at}, or null when the phone gives none within eight seconds: a visit never waits for it.
export function whereNow() {
  return new Promise((done) => {
    if (!navigator.geolocation) { done(null); return; }
    const timer = setTimeout(() => done(null), PATIENCE);
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        clearTimeout(timer);
        done({ lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, at: new Date(timestamp).toISOString() });
      },
      () => { clearTimeout(timer); done(null); },
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: FRESH },
    );
  });
}

// What `asked` gives soon, or null.
export const soon = (asked) => Promise.race([asked, new Promise((done) => { setTimeout(done, SOON, null); })]);

export function meters([lng1, lat1], [lng2, lat2]) {
  const rad = Math.PI / 180;
  const a = Math.sin(((lat2 - lat1) * rad) / 2) ** 2 + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lng2 - lng1) * rad) / 2) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(a)));
}

// AMap, Apple and Google draw China in GCJ-02, Baidu in BD-09; outside China all are the same point.
export function driveLinks(customer) {
  if (!customer.gcj) return [];
  const [lng, lat] = customer.gcj;
  const [blng, blat] = customer.bd;
  const name = encodeURIComponent(customer.name);
  return [
    ["amap", `https://uri.amap.com/navigation?to=${lng},${lat},${name}&mode=car&coordinate=gaode&callnative=1&src=furrow`],
    ["baidu", `https://api.map.baidu.com/direction?destination=latlng:${blat},${blng}|name:${name}&mode=driving&coord_type=bd09ll&output=html&src=furrow`],
    ["apple", `https://maps.apple.com/?daddr=${lat},${lng}&dirflg=d`],
    ["google", `https://www.google.com/maps/dir/?api=1&destination=${lat},${lng}&travelmode=driving`],
  ];
}
