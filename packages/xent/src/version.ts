/** The version of xent, as its packages have it: it is printed, and written into models and calibrators. */
export const version = "0.1.0";
