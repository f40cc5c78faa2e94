-- AlterTable
ALTER TABLE "AuditEntry" ADD COLUMN     "via" TEXT NOT NULL DEFAULT '';
