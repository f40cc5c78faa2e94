-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "lastUsedFrom" TEXT;
