import { OpenFeature } from "@openfeature/server-sdk";

const client = OpenFeature.getClient("shop-web");

/** The value of a flag; off where no provider answers. */
export const flag = (name) => client.getBooleanValue(name, false);
