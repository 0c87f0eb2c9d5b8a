CREATE SOURCE "a""b" ("*/ alert(1) /*" BIGINT NOT NULL, "${x}" VARCHAR, "__proto__" BIGINT, "constructor" BIGINT);
SELECT "__proto__" + "*/ alert(1) /*" AS "</script>", "${x}", "constructor" FROM "a""b" WHERE "*/ alert(1) /*" > 1;
