// Every page but that of the day: fetched once the day stands, so that a slow phone shows it sooner.
export { cockpitPage } from "./cockpit.js";
export { coldPage } from "./cold.js";
export { customersPage } from "./customers.js";
export { guidePage } from "./guide.js";
export { morePage } from "./more.js";
export { heldPage, orderPage } from "./orders.js";
export { cannotPage, notePage } from "./other.js";
export { phonePage } from "./phone.js";
export { signPage } from "./sign.js";
export { storePage } from "./store.js";
export { visitPage } from "./visit.js";
