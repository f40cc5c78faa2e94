-- AlterTable
ALTER TABLE "Bot" ADD COLUMN     "deploy" JSONB,
ADD COLUMN     "hookId" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "Bot_hookId_key" ON "Bot"("hookId");
