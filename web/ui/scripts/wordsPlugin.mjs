// Gives the page the words of one language as one module: virtual:words/<language>.
import { readWords, wordFiles } from './wordsFiles.mjs';

const prefix = 'virtual:words/';

export function words() {
  return {
    name: 'words',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const language = id.slice(prefix.length + 1);
      for (const { file } of wordFiles(language)) this.addWatchFile(file);
      return `export default ${JSON.stringify(readWords(language))};`;
    },
    hotUpdate({ file, server }) {
      if (!/\/words\/[\w-]+\.json$/.test(file)) return;
      for (const [id, module] of server.moduleGraph.idToModuleMap) {
        if (id.startsWith(`\0${prefix}`)) server.moduleGraph.invalidateModule(module);
      }
      server.ws.send({ type: 'full-reload' });
    },
  };
}
