-- AlterTable
ALTER TABLE "Bot" ADD COLUMN     "trusted" BOOLEAN NOT NULL DEFAULT false;

-- What an admin has made already runs on as it did.
UPDATE "Bot" SET "trusted" = true FROM "User" WHERE "User"."id" = "Bot"."ownerId" AND "User"."role" = 'admin';
