-- AlterTable
ALTER TABLE "IdempotentAnswer" ADD COLUMN     "acted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "process" TEXT NOT NULL DEFAULT '';
