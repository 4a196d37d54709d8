import policy from "@pulumi/policy";

const forbidden: string = "kubernetes:core/v1:Secret";

new policy.PolicyPack("plugins", {
  policies: [
    {
      name: "no-secret",
      description: "No Secret.",
      enforcementLevel: "mandatory",
      validateResource: ({ type, name }, report) => {
        if (type === forbidden) report(`${name} is a Secret`);
      },
    },
  ],
});
