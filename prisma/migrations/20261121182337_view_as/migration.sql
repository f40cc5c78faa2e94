-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "viewsAsId" TEXT;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_viewsAsId_fkey" FOREIGN KEY ("viewsAsId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
