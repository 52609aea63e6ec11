import fc from "fast-check";

// Property tests look elsewhere at every run, but in CI at the same places: there a change is on trial, not chance.
if (process.env.CI) fc.configureGlobal({ seed: 20_261_124 });
