"use strict";
// validatorUrl: without it Swagger UI sends the description to a validator on the internet.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
