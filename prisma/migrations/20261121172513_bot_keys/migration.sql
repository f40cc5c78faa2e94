-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "botId" TEXT;

-- AlterTable
ALTER TABLE "Bot" ADD COLUMN     "panelReach" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "panelToken" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_botId_key" ON "ApiKey"("botId");

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_botId_fkey" FOREIGN KEY ("botId") REFERENCES "Bot"("id") ON DELETE CASCADE ON UPDATE CASCADE;
